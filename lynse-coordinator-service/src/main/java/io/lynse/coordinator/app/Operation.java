package io.lynse.coordinator.app;

import io.lynse.coordinator.shardclient.NodeAddress;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.model.ShardGroupId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * What all operators' requests share. Each is in the log as audit, whatever the settings: once when it begins and once with what became of
 * it, for one that failed may have changed something.
 */
final class Operation {

    private static final Logger log = LoggerFactory.getLogger(Operation.class);

    private Operation() {}

    static <T> T audited(String action, Map<String, Object> asked, Supplier<T> change) {
        audit(action, asked, "begun");
        try {
            T done = change.get();
            audit(action, asked, "done");
            return done;
        } catch (RuntimeException failed) {
            audit(action, asked, "failed: " + failed.getMessage());
            throw failed;
        }
    }

    static void audit(String action, Map<String, Object> asked, String outcome) {
        LoggingEventBuilder event = log.atInfo().addKeyValue("action", action);
        for (var one : new TreeMap<>(asked).entrySet()) event = event.addKeyValue(one.getKey(), one.getValue());
        event.addKeyValue("outcome", outcome).log("audit");
    }

    static ShardGroupId group(String field, String text) {
        if (text.isBlank()) throw new LynseException(LynseError.invalid(field, field + ": a shard group has a name"));
        return new ShardGroupId(text);
    }

    static List<NodeAddress> addresses(String field, List<String> texts) {
        var addresses = new ArrayList<NodeAddress>();
        for (String text : texts) addresses.add(address(field + "[" + addresses.size() + "]", text));
        return addresses;
    }

    static NodeAddress address(String field, String text) {
        try {
            return NodeAddress.parse(text);
        } catch (IllegalArgumentException none) {
            throw new LynseException(LynseError.invalid(field, field + ": " + none.getMessage()), none);
        }
    }
}
