package io.lynse.http.app;

import java.util.Map;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Configuration;

/**
 * The whole public HTTP API. A service imports it into an auto-configured application and gives two beans: its
 * {@link io.lynse.http.Databases} and its {@link ServiceFace}.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(HttpApiSettings.class)
public class HttpApi {

    /** Spring settings that the API relies on; no flag changes them. */
    static final Map<String, Object> FIXED_PROPERTIES = Map.ofEntries(
            Map.entry("spring.threads.virtual.enabled", "true"),
            Map.entry("spring.main.banner-mode", "off"),
            Map.entry("server.shutdown", "graceful"),
            Map.entry("server.tomcat.max-keep-alive-requests", "-1"),
            // The contract answers 404 with an empty body, never Boot's error page.
            Map.entry("spring.web.resources.add-mappings", "false"),
            Map.entry("spring.mvc.problemdetails.enabled", "false"),
            // About 12 us per request, hot routes included; they have own timers.
            Map.entry("management.observations.enable.http.server.requests", "false"),
            Map.entry("management.endpoints.web.base-path", "/"),
            Map.entry("management.endpoints.web.discovery.enabled", "false"),
            Map.entry("management.endpoints.web.exposure.include", "prometheus,metrics"),
            Map.entry("management.endpoints.web.path-mapping.prometheus", "metrics"),
            Map.entry("management.endpoints.web.path-mapping.metrics", "meters"));
}
