package io.lynse.coordinator.config;

/** A file that this process cannot start with. The message names the file, the place in it and what is expected: it is all the operator sees. */
public final class ConfigException extends RuntimeException {

    private final String message;

    public ConfigException(String message) {
        super(message, null, false, false);
        this.message = message;
    }

    @Override
    public String getMessage() {
        return message;
    }
}
