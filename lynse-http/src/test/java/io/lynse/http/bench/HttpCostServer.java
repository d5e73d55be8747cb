package io.lynse.http.bench;

import io.lynse.http.Databases;
import io.lynse.http.Databases.BatchAnswer;
import io.lynse.http.Databases.SearchAnswer;
import io.lynse.http.app.HttpApi;
import io.lynse.http.app.ServiceFace;
import io.lynse.model.Hits;
import io.lynse.model.Ids;
import io.lynse.model.RowBatch;
import io.lynse.model.Vectors;
import io.lynse.model.field.FieldBlock;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Random;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** The HTTP API over a service that does nothing: ten fixed hits for any search, the given ids for any write. What is left is HTTP. */
public final class HttpCostServer {

    private HttpCostServer() {}

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(HttpApi.class)
    static class App {
        @Bean
        ServiceFace face() {
            return ServiceFace.node(Path.of("."), () -> true);
        }

        @Bean
        Databases databases() {
            Hits hits = tenHits();
            var answer = new SearchAnswer(hits, false);
            return (Databases) Proxy.newProxyInstance(App.class.getClassLoader(), new Class<?>[] {Databases.class}, (proxy, method, args) -> switch (method.getName()) {
                case "search" -> answer;
                case "batchSearch" -> new BatchAnswer(Collections.nCopies(((Vectors) args[1]).count(), hits), false);
                case "write" -> given((RowBatch) args[1]);
                case "databases", "collections" -> java.util.List.of();
                case "toString" -> "nothing";
                case "hashCode" -> System.identityHashCode(proxy);
                case "equals" -> proxy == args[0];
                default -> throw new UnsupportedOperationException(method.getName());
            });
        }

        private static Ids given(RowBatch batch) {
            return batch.ids() == null ? Ids.range(0, batch.count()) : batch.ids();
        }

        private static Hits tenHits() {
            var random = new Random(1);
            long[] ids = random.longs(10, 0, 61_436).toArray();
            float[] scores = new float[10];
            for (int i = 0; i < scores.length; i++) scores[i] = 0.9f - 0.03f * random.nextFloat() * (i + 1);
            return new Hits(Ids.of(ids), scores, FieldBlock.NONE);
        }
    }

    /** @param args the port */
    public static void main(String[] args) {
        HttpApi.application(App.class, Map.of("server.address", "127.0.0.1", "server.port", args[0], "logging.level.root", "warn")).run();
        System.out.println("ready " + ProcessHandle.current().pid());
    }
}
