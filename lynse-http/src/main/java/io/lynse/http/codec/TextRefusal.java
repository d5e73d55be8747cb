package io.lynse.http.codec;

/** A request refused before it means anything, answered as plain text: what the original's web framework refuses itself (wire contract 2.2). */
public final class TextRefusal extends RuntimeException {

    private final int status;
    private final String text;

    public TextRefusal(int status, String text) {
        super(text, null, false, false);
        this.status = status;
        this.text = text;
    }

    /** A JSON body that is malformed, or holds the wrong type. */
    public static TextRefusal json(String reason) {
        return new TextRefusal(400, "Json deserialize error: " + reason);
    }

    /** A query parameter that is missing or cannot be. */
    public static TextRefusal query(String reason) {
        return new TextRefusal(400, "Query deserialize error: " + reason);
    }

    /** Another content type than JSON on a JSON route. */
    public static TextRefusal contentType() {
        return new TextRefusal(400, "Content type error");
    }

    public int status() {
        return status;
    }

    public String text() {
        return text;
    }
}
