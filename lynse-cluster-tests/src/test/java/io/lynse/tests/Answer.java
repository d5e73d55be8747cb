package io.lynse.tests;

import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;

/** One HTTP answer, as it came. */
public record Answer(int status, HttpHeaders headers, byte[] body) {

    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    public JsonNode json() {
        return Api.JSON.readTree(body);
    }

    public JsonNode params() {
        return json().path("params");
    }

    /** The text of an error answer: of a JSON one its {@code error}, else the whole body. */
    public String error() {
        return text().startsWith("{") ? json().path("error").asString("") : text();
    }

    public Answer orFail(String what) {
        if (status != 200) throw new AssertionError(what + " was answered " + status + " " + text());
        return this;
    }

    @Override
    public String toString() {
        return status + " " + text();
    }
}
