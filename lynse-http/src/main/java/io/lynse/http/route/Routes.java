package io.lynse.http.route;

import jakarta.servlet.http.HttpServlet;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.web.servlet.ServletContextInitializer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Role;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.HandlerMethodReturnValueHandler;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Registers all endpoints; needs an {@link Edge}. */
@Configuration(proxyBeanMethods = false)
@Import({DatabaseController.class, CollectionController.class, CountController.class, ReadController.class, MarkController.class,
        DurabilityController.class, IndexController.class, SearchController.class, UnbuiltController.class})
public class Routes {

    /** Exact paths of the hot routes. */
    public static final List<String> HOT = List.of("/search", "/search_binary", "/batch_search", "/batch_search_binary", "/add", "/upsert",
            "/add_records_binary", "/upsert_records_binary", "/add_binary_ids", "/upsert_binary", "/bulk_add_binary");

    @Bean
    ServletContextInitializer hotServlets(Edge edge) {
        Map<String, HttpServlet> servlets = new LinkedHashMap<>(SearchServlets.all(edge));
        servlets.putAll(WriteServlets.all(edge));
        if (!servlets.keySet().equals(java.util.Set.copyOf(HOT))) throw new IllegalStateException("hot routes and servlets differ");
        return context -> servlets.forEach((path, servlet) -> context.addServlet(path, servlet).addMapping(path));
    }

    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    WebMvcConfigurer jsonExchange(Edge edge) {
        var exchange = new JsonExchange(edge);
        return new WebMvcConfigurer() {
            @Override
            public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
                resolvers.add(exchange);
            }

            @Override
            public void addReturnValueHandlers(List<HandlerMethodReturnValueHandler> handlers) {
                handlers.add(exchange);
            }

            @Override
            public void extendHandlerExceptionResolvers(List<HandlerExceptionResolver> resolvers) {
                var own = new ArrayList<>(resolvers);
                resolvers.clear();
                resolvers.add(new Failures());
                resolvers.addAll(own);
            }
        };
    }
}
