package io.lynse.http.app;

import io.lynse.http.Databases;
import io.lynse.http.auth.ApiKeyFilter;
import io.lynse.http.limit.BodyFilter;
import io.lynse.http.limit.Limits;
import io.lynse.http.meter.HttpMeters;
import io.lynse.http.meter.RequestFilter;
import io.lynse.http.route.Edge;
import io.lynse.http.route.Routes;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.Filter;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;

/**
 * The whole public HTTP API. A service imports it into an auto-configured application that {@link ServeOptions#application} made, and
 * gives two beans: its {@link Databases} and its {@link ServiceFace}. A request passes the filters in this order: id and timer, key, body limits.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(HttpApiSettings.class)
@Import({Routes.class, ServiceController.class})
public class HttpApi {

    /** The order of a service's own filters that come behind those of the API. */
    public static final int FILTERS_END = Ordered.HIGHEST_PRECEDENCE + 100;

    /** Spring settings that the API relies on; no flag changes them. */
    private static final Map<String, Object> FIXED_PROPERTIES = Map.ofEntries(
            Map.entry("spring.threads.virtual.enabled", "true"),
            Map.entry("server.shutdown", "graceful"),
            Map.entry("server.tomcat.max-keep-alive-requests", "-1"),
            // A refused body is read to its end up to this size, so that the client gets to see why it was refused.
            Map.entry("server.tomcat.max-swallow-size", "64MB"),
            // The contract answers 404 with an empty body, never an error page.
            Map.entry("spring.web.resources.add-mappings", "false"),
            Map.entry("logging.level.org.springframework.web.servlet.PageNotFound", "error"),
            // One JSON line per event, with its keys and values (wire contract 3).
            // Every vote and every role, a page at each start: what an operator must know of the metadata's owners we say ourselves.
            Map.entry("logging.level.org.apache.ratis", "warn"),
            Map.entry("logging.structured.format.console", "logstash"),
            // A start that fails is told by the service, in one line that says what to do: no stack trace, no second text.
            Map.entry("logging.level.org.springframework.boot.SpringApplication", "off"),
            Map.entry("logging.level.org.springframework.boot.diagnostics.LoggingFailureAnalysisReporter", "off"),
            Map.entry("logging.level.org.springframework.boot.autoconfigure.logging.ConditionEvaluationReportLogger", "off"),
            Map.entry("logging.level.org.springframework.boot.tomcat.servlet.DeferredServletContainerInitializers", "off"),
            Map.entry("logging.level.org.springframework.boot.web.server.servlet.context", "error"),
            Map.entry("spring.autoconfigure.exclude", "org.springframework.boot.webmvc.autoconfigure.error.ErrorMvcAutoConfiguration,"
                    + "org.springframework.boot.servlet.autoconfigure.MultipartAutoConfiguration"),
            // Codecs here read bytes and know their encoding; no route takes a form.
            Map.entry("spring.servlet.encoding.enabled", "false"),
            Map.entry("spring.mvc.formcontent.filter.enabled", "false"),
            // About 12 us per request, hot routes included; requests have own timers.
            Map.entry("management.observations.enable.http.server.requests", "false"),
            Map.entry("management.endpoints.web.base-path", "/"),
            Map.entry("management.endpoints.web.discovery.enabled", "false"),
            Map.entry("management.endpoints.web.exposure.include", "prometheus,metrics"),
            Map.entry("management.endpoints.web.path-mapping.prometheus", "metrics"),
            Map.entry("management.endpoints.web.path-mapping.metrics", "meters"));

    /** A Boot application with the settings that the API relies on and these above them. */
    public static SpringApplication application(Class<?> main, Map<String, Object> settings) {
        var all = new LinkedHashMap<>(FIXED_PROPERTIES);
        all.putAll(settings);
        var application = new SpringApplication(main);
        application.setBannerMode(Banner.Mode.OFF);
        application.addListeners(new EarlySettings(all));
        return application;
    }

    @Bean
    Edge edge(Databases databases, HttpApiSettings settings) {
        return new Edge(databases, new Limits(settings.maxTopK(), settings.maxBatchVectors()), settings.requestTimeout(),
                settings.slowQuery(), settings.auditLog());
    }

    @Bean
    FilterRegistrationBean<RequestFilter> requestFilter(MeterRegistry registry) {
        return registered(new RequestFilter(new HttpMeters(registry, Routes.HOT)), 0);
    }

    @Bean
    FilterRegistrationBean<ApiKeyFilter> apiKeyFilter(HttpApiSettings settings) {
        String key = settings.apiKey();
        FilterRegistrationBean<ApiKeyFilter> registration = registered(new ApiKeyFilter(key == null ? "" : key), 1);
        registration.setEnabled(key != null);
        return registration;
    }

    /** Of everything that requests hold in this process, whatever way they came in. */
    @Bean
    RequestBudgets requestBudgets(HttpApiSettings settings) {
        return new RequestBudgets(settings.requestHeapBytes(), settings.requestMemoryBytes());
    }

    @Bean
    FilterRegistrationBean<BodyFilter> bodyFilter(HttpApiSettings settings, RequestBudgets budgets) {
        return registered(new BodyFilter(settings.jsonLimit().toBytes(), settings.payloadLimit().toBytes(), settings.requestTimeout(), budgets::request), 2);
    }

    @Bean
    ServiceMeters serviceMeters(Databases databases, ServiceFace face) {
        return new ServiceMeters(databases, face);
    }

    private static <F extends Filter> FilterRegistrationBean<F> registered(F filter, int place) {
        var registration = new FilterRegistrationBean<>(filter);
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE + place);
        registration.addUrlPatterns("/*");
        return registration;
    }
}
