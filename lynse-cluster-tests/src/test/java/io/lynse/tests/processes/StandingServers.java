package io.lynse.tests.processes;

import io.lynse.tests.Api;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Servers that stand for the whole test run, for tests that leave nothing behind: a start costs seconds. Give a test class
 * a parameter of one of the types; the first asks for the start, the end of the run stops it.
 */
public final class StandingServers implements ParameterResolver {

    private static final ExtensionContext.Namespace HERE = ExtensionContext.Namespace.create(StandingServers.class);

    /** The guide's cluster. */
    public record StandingCluster(QuickLocalCluster cluster) implements AutoCloseable {
        public Api api() {
            return cluster.coordinator();
        }

        @Override
        public void close() {
            cluster.close();
        }
    }

    /** One server without a key that belongs to no cluster. */
    public record StandingNode(Node node) implements AutoCloseable {
        public Api api() {
            return node.api();
        }

        @Override
        public void close() {
            node.close();
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == StandingCluster.class || type == StandingNode.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == StandingCluster.class
                ? once(context, StandingCluster.class, () -> new StandingCluster(QuickLocalCluster.start()))
                : once(context, StandingNode.class, () -> new StandingNode(startNode()));
    }

    private static Node startNode() throws IOException {
        return Node.shard("single", FreePorts.find(1).getFirst(), Repository.freshFolder("standing-node")).start().awaitReady();
    }

    private static <T> T once(ExtensionContext context, Class<T> type, Starting<T> starting) {
        Supplier<T> start = () -> {
            try {
                return starting.start();
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        };
        return type.cast(context.getRoot().getStore(HERE).computeIfAbsent(type, _ -> start.get()));
    }

    @FunctionalInterface
    private interface Starting<T> {
        T start() throws IOException;
    }
}
