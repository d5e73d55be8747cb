package io.lynse.coordinator.metadata;

import io.lynse.coordinator.shardclient.NodeAddress;
import io.lynse.coordinator.shardclient.OwnerClient;
import io.lynse.coordinator.shardclient.OwnerState;
import io.lynse.error.LynseException;
import io.lynse.model.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What nodes said they are to the metadata.
 *
 * @param heard   null: nothing
 * @param silence why it said nothing
 */
record Survey(Map<NodeAddress, @Nullable OwnerState> heard, Map<NodeAddress, String> silence) {

    /** Asks all at once: one that hangs delays nobody else's answer. */
    static Survey of(Collection<NodeAddress> nodes, Function<NodeAddress, OwnerClient> clients, Duration within) {
        Deadline deadline = Deadline.after(within);
        var answers = new LinkedHashMap<NodeAddress, Future<@Nullable OwnerState>>();
        var silence = new ConcurrentHashMap<NodeAddress, String>();
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (NodeAddress node : nodes) answers.put(node, callers.submit(() -> ask(clients.apply(node), silence, deadline)));
        }
        var heard = new LinkedHashMap<NodeAddress, @Nullable OwnerState>();
        answers.forEach((node, answer) -> heard.put(node, answer.resultNow()));
        return new Survey(heard, silence);
    }

    private static @Nullable OwnerState ask(OwnerClient node, Map<NodeAddress, String> silence, Deadline deadline) {
        try {
            return node.describe(deadline);
        } catch (LynseException silent) {
            silence.put(node.node(), silent.error().message());
            return null;
        }
    }

    String why(List<NodeAddress> unheard) {
        return unheard.stream().map(node -> silence.getOrDefault(node, node + " does not know yet what its group holds")).collect(Collectors.joining("; "));
    }

    /** One by one, for a person. */
    String told() {
        var told = new ArrayList<String>();
        heard.forEach((node, state) -> told.add(
                state == null ? why(List.of(node)) : node + (state.group() == null ? " keeps nothing" : " is " + state.role())));
        return String.join("; ", told);
    }
}
