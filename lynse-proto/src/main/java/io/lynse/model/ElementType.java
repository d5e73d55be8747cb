package io.lynse.model;

/** How a vector's elements are laid out; always little-endian. */
public enum ElementType {
    FLOAT32(4, "float32"),
    FLOAT16(2, "float16");

    private final int bytes;
    private final String text;

    ElementType(int bytes, String text) {
        this.bytes = bytes;
        this.text = text;
    }

    /** Bytes of one element. */
    public int bytes() {
        return bytes;
    }

    /** The name in the public API. */
    public String text() {
        return text;
    }
}
