package io.lynse.tests.compat;

import io.lynse.tests.Answer;
import io.lynse.tests.Api;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Says how an answer differs from the recorded one. The rules are those of the script that came with the recordings: of an
 * error only status, {@code code} and the texts that clients look at count; where the original is marked as wrong only the
 * status counts.
 */
final class Judge {

    private Judge() {}

    /** @return the differences; none: the answer matches */
    static List<String> differences(Exchange exchange, Answer answer, String folder) {
        if (exchange.originalBug() != null) return statusAmong(exchange, answer);
        if (answer.status() != exchange.status()) return List.of("status: want " + exchange.status() + " got " + shown(answer));
        if (exchange.volatilePaths().contains("")) return List.of();
        byte[] body = Exchange.replaced(answer.body(), folder, Exchange.FOLDER);
        JsonNode wanted = exchange.answerJson();
        if (wanted != null) return json(exchange, wanted, body);
        return answer.status() >= 400 ? List.of() : bytes(exchange, body);
    }

    private static List<String> statusAmong(Exchange exchange, Answer answer) {
        var fine = new TreeSet<>(exchange.oursStatus());
        fine.add(exchange.status());
        return fine.contains(answer.status()) ? List.of() : List.of("status: want one of " + fine + " got " + shown(answer));
    }

    private static List<String> json(Exchange exchange, JsonNode wanted, byte[] body) {
        JsonNode got;
        try {
            got = Api.JSON.readTree(body);
        } catch (JacksonException noJson) {
            return List.of("not JSON: " + noJson.getOriginalMessage());
        }
        if (exchange.status() >= 400) return error(exchange, wanted, got);
        return new JsonComparison(exchange.volatilePaths(), exchange.unordered()).differences(wanted, got);
    }

    private static List<String> error(Exchange exchange, JsonNode wanted, JsonNode got) {
        var found = new ArrayList<String>();
        if (wanted.has("code") && !wanted.get("code").equals(got.get("code")))
            found.add("code: want " + wanted.get("code") + " got " + got.get("code"));
        String text = got.path("error").toString();
        exchange.errorContains().stream().filter(part -> !got.path("error").asString(text).contains(part))
                .forEach(part -> found.add("error: want text '" + part + "' got " + text));
        return found;
    }

    private static List<String> bytes(Exchange exchange, byte[] body) {
        try {
            Optional<JsonNode> wanted = BinaryAnswer.decode(exchange.path(), exchange.answerBytes());
            if (wanted.isEmpty()) return Arrays.equals(exchange.answerBytes(), body) ? List.of() : List.of("body: other bytes");
            JsonNode got = BinaryAnswer.decode(exchange.path(), body).orElseThrow();
            return new JsonComparison(exchange.volatilePaths(), exchange.unordered()).differences(wanted.get(), got);
        } catch (IllegalArgumentException broken) {
            return List.of("bad binary answer: " + broken.getMessage());
        }
    }

    private static String shown(Answer answer) {
        String text = answer.toString();
        return text.substring(0, Math.min(200, text.length()));
    }
}
