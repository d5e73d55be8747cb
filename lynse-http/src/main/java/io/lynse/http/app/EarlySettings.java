package io.lynse.http.app;

import java.util.Map;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.Ordered;
import org.springframework.core.env.MapPropertySource;

/**
 * Puts settings above every other source as soon as there is an environment: above what Boot itself would take from variables such
 * as SERVER_PORT, and before logging starts.
 */
record EarlySettings(Map<String, Object> settings) implements ApplicationListener<ApplicationEnvironmentPreparedEvent>, Ordered {

    @Override
    public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
        event.getEnvironment().getPropertySources().addFirst(new MapPropertySource("lynse", settings));
    }

    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE;
    }
}
