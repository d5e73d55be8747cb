package io.lynse.http.app;

/** A setting that cannot be; the message says where it stands and what is expected. */
public final class SettingsException extends RuntimeException {

    private final String message;

    public SettingsException(String message) {
        super(message, null, false, false);
        this.message = message;
    }

    @Override
    public String getMessage() {
        return message;
    }
}
