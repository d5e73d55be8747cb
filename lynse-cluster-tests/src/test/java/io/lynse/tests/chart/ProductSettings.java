package io.lynse.tests.chart;

import io.lynse.coordinator.app.CoordinatorOptions;
import io.lynse.coordinator.app.HealthSettings;
import io.lynse.http.app.Env;
import io.lynse.http.app.HttpApiSettings;
import io.lynse.http.app.ServeOptions;
import io.lynse.shard.app.ShardSettings;
import io.lynse.shard.grpc.GrpcSettings;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** Environment variables that the services read, as their classes say. */
final class ProductSettings {

    private ProductSettings() {}

    static Set<String> ofShards() {
        return names(Stream.of(flags(ServeOptions.class), properties(HttpApiSettings.class), properties(ShardSettings.class), properties(GrpcSettings.class)));
    }

    static Set<String> ofCoordinators() {
        return names(Stream.of(flags(ServeOptions.class), flags(CoordinatorOptions.class), properties(HttpApiSettings.class), properties(HealthSettings.class)));
    }

    /** Those of flags alone: what {@code lynse serve --help} shows. */
    static Set<String> ofFlags() {
        return names(Stream.of(flags(ServeOptions.class), flags(CoordinatorOptions.class)));
    }

    private static Set<String> names(Stream<Stream<String>> parts) {
        var names = new TreeSet<String>();
        parts.forEach(part -> part.forEach(names::add));
        return names;
    }

    private static Stream<String> flags(Class<?> options) {
        return Arrays.stream(options.getDeclaredFields()).map(field -> field.getAnnotation(Env.class)).filter(Objects::nonNull).flatMap(env -> Arrays.stream(env.value()));
    }

    /** As Spring reads them: the name in capitals, each word apart. */
    private static Stream<String> properties(Class<? extends Record> settings) {
        String prefix = settings.getAnnotation(ConfigurationProperties.class).value();
        return Arrays.stream(settings.getRecordComponents())
                .map(component -> prefix + "." + component.getName().replaceAll("([A-Z])", "_$1"))
                .map(name -> name.replaceAll("[.-]", "_").toUpperCase(Locale.ROOT));
    }
}
