package io.lynse.tests.compat;

import io.lynse.tests.Answer;
import io.lynse.tests.Api;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One recorded request with what the original answered.
 *
 * @param number         its place in the recording, from 1
 * @param scenario       scenarios do not depend on each other; each makes and drops its own database
 * @param body           null: none. {@code {{TMP}}} in it and in the path stands for an empty folder on the server's disk
 * @param volatilePaths  JSON pointers whose values may differ; the empty pointer is the whole body
 * @param unordered      JSON pointers of arrays whose order has no meaning
 * @param errorContains  parts of the error text that clients look at
 * @param originalBug    why the answer must not be copied; null: it must be
 * @param oursStatus     with a bug: the statuses that are fine besides the recorded one
 * @param answerJson     the recorded body, unless it was binary or all of it varies
 */
record Exchange(
        int number,
        String scenario,
        String method,
        String path,
        Map<String, String> headers,
        byte @Nullable [] body,
        int status,
        Set<String> volatilePaths,
        Set<String> unordered,
        List<String> errorContains,
        @Nullable String originalBug,
        Set<Integer> oursStatus,
        @Nullable JsonNode answerJson,
        byte[] answerBytes) {

    static final String FOLDER = "{{TMP}}";

    static Exchange parse(String line) {
        JsonNode json = Api.JSON.readTree(line);
        return new Exchange(
                json.get("n").intValue(),
                json.get("scenario").stringValue(),
                json.get("method").stringValue(),
                json.get("path").stringValue(),
                headers(json),
                body(json),
                json.get("status").intValue(),
                Set.copyOf(texts(json, "volatile")),
                Set.copyOf(texts(json, "unordered")),
                texts(json, "error_contains"),
                json.path("original_bug").asStringOpt().orElse(null),
                statuses(json),
                json.get("response_json"),
                Base64.getDecoder().decode(json.path("response_base64").asString("")));
    }

    Answer send(Api api, String folder) throws IOException {
        byte[] sent = body == null ? new byte[0] : replaced(body, FOLDER, folder);
        return api.send(method, path.replace(FOLDER, folder), headers, sent);
    }

    /** The recorded texts hold a placeholder where the server's folder stood. */
    static byte[] replaced(byte[] bytes, String from, String to) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        return text.contains(from) ? text.replace(from, to).getBytes(StandardCharsets.ISO_8859_1) : bytes;
    }

    private static byte @Nullable [] body(JsonNode json) {
        if (json.has("body_json")) return Api.JSON.writeValueAsBytes(json.get("body_json"));
        if (json.has("body_base64")) return Base64.getDecoder().decode(json.get("body_base64").stringValue());
        return null;
    }

    private static Map<String, String> headers(JsonNode json) {
        var headers = new HashMap<String, String>();
        json.get("headers").properties().forEach(header -> headers.put(header.getKey(), header.getValue().stringValue()));
        return Map.copyOf(headers);
    }

    private static List<String> texts(JsonNode json, String key) {
        return json.path(key).valueStream().map(JsonNode::stringValue).toList();
    }

    private static Set<Integer> statuses(JsonNode json) {
        var statuses = new HashSet<Integer>();
        json.path("ours_status").forEach(each -> statuses.add(each.intValue()));
        return Set.copyOf(statuses);
    }
}
