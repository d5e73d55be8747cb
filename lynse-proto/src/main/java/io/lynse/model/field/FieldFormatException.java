package io.lynse.model.field;

/** Bytes that are no LDBF1, or a value that LDBF1 cannot hold. */
public final class FieldFormatException extends RuntimeException {
    public FieldFormatException(String reason) {
        super(reason, null, false, false);
    }
}
