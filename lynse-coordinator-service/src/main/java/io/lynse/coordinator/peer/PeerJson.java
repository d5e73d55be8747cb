package io.lynse.coordinator.peer;

import io.lynse.coordinator.health.GroupWatch;
import io.lynse.coordinator.health.Peers.Message;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.model.NodeId;
import io.lynse.model.ShardGroupId;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@link Message} as a JSON object: {@code kind}, {@code group}, and what belongs to the kind. Kinds that are not known here come from a newer release. */
public final class PeerJson {

    private static final JsonMapper JSON = JsonMapper.shared();

    private PeerJson() {}

    static byte[] bytes(Message message) {
        ObjectNode out = JSON.createObjectNode().put("group", message.group().value());
        switch (message) {
            case Message.Doubted _ -> out.put("kind", "doubted");
            case Message.ForWatch(_, GroupWatch.Event.Suspected(String uri)) -> out.put("kind", "suspected").put("uri", uri);
            case Message.ForWatch(_, GroupWatch.Event.ReachedByOther(String uri)) -> out.put("kind", "reached").put("uri", uri);
            case Message.ForWatch(_, GroupWatch.Event.MetByOther(String uri, NodeId node)) -> out.put("kind", "met").put("uri", uri).put("node_id", node.value());
            case Message.ForWatch(_, GroupWatch.Event.Asked(String by, List<String> uris)) -> {
                var list = out.put("kind", "asked").put("by", by).putArray("uris");
                uris.forEach(list::add);
            }
            case Message.ForWatch(_, GroupWatch.Event own) -> throw new IllegalArgumentException("coordinators do not tell each other of " + own);
        }
        return JSON.writeValueAsBytes(out);
    }

    /** @throws LynseException InvalidArgument, naming the field */
    public static Message message(byte[] body) {
        JsonNode in;
        try {
            in = JSON.readTree(body);
        } catch (JacksonException none) {
            throw new LynseException(LynseError.invalid("body", "no JSON: " + none.getOriginalMessage()), none);
        }
        var group = new ShardGroupId(text(in, "group"));
        String kind = text(in, "kind");
        return switch (kind) {
            case "doubted" -> new Message.Doubted(group);
            case "suspected" -> new Message.ForWatch(group, new GroupWatch.Event.Suspected(text(in, "uri")));
            case "reached" -> new Message.ForWatch(group, new GroupWatch.Event.ReachedByOther(text(in, "uri")));
            case "met" -> new Message.ForWatch(group, new GroupWatch.Event.MetByOther(text(in, "uri"), new NodeId(text(in, "node_id"))));
            case "asked" -> new Message.ForWatch(group, new GroupWatch.Event.Asked(text(in, "by"), texts(in, "uris")));
            default -> throw wrong("kind", "unknown here: " + kind);
        };
    }

    private static String text(JsonNode in, String field) {
        JsonNode value = in.path(field);
        if (!value.isString() || value.stringValue().isBlank()) throw wrong(field, "expected a text");
        return value.stringValue();
    }

    private static List<String> texts(JsonNode in, String field) {
        if (!in.path(field).isArray()) throw wrong(field, "expected a list of texts");
        var texts = new ArrayList<String>();
        for (JsonNode value : in.path(field)) {
            if (!value.isString()) throw wrong(field, "expected a list of texts");
            texts.add(value.stringValue());
        }
        return texts;
    }

    private static LynseException wrong(String field, String reason) {
        return new LynseException(LynseError.invalid(field, field + ": " + reason));
    }
}
