package io.lynse.coordinator.peer;

import io.lynse.metadata.ClusterImage;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code /required_collection} creates a collection or opens it, and clients send it before they do anything with one. */
public final class OpenRequest {

    public static final String PATH = "/required_collection";

    private OpenRequest() {}

    /** Whether it opens a collection that the image knows, which changes nothing and needs no leader. */
    public static boolean onlyOpens(byte[] body, ClusterImage image) {
        JsonNode in;
        try {
            in = JsonMapper.shared().readTree(body);
        } catch (JacksonException leftToTheLeader) {
            return false;
        }
        if (in.path("drop_if_exists").asBoolean(false)) return false;
        String database = in.path("database_name").asString("");
        String collection = in.path("collection_name").asString("");
        return image.collections().containsKey(database + "/" + collection);
    }
}
