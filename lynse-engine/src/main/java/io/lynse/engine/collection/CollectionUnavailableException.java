package io.lynse.engine.collection;

/** A collection that this node cannot serve, because its files failed it. The others are not touched. */
public final class CollectionUnavailableException extends RuntimeException {

    public CollectionUnavailableException(String reason, Throwable cause) {
        super(reason, cause);
    }
}
