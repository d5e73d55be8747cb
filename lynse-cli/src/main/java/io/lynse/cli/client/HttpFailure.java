package io.lynse.cli.client;

/** An answer other than 200. */
public final class HttpFailure extends RuntimeException {

    private final int status;

    HttpFailure(String path, int status, String error) {
        super("%s answered %d: %s".formatted(path, status, error));
        this.status = status;
    }

    /** The member said that it did nothing, and that later it might. */
    public boolean isTemporary() {
        return status == 429 || status == 503;
    }
}
