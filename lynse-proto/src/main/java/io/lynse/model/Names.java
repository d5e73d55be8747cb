package io.lynse.model;

import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import java.util.regex.Pattern;

/** What may be the name of a database or a collection (wire contract 2.5). Names become folder names: nothing else gets by. */
public final class Names {

    private static final int LENGTH_MAX = 128;
    private static final Pattern ALLOWED = Pattern.compile("[A-Za-z0-9._-]+");

    private Names() {}

    /** The trimmed name. @throws LynseException InvalidArgument if it is none */
    public static String database(String name) {
        return checked("database_name", "database name", name);
    }

    /** The trimmed name. @throws LynseException InvalidArgument if it is none */
    public static String collection(String name) {
        return checked("collection_name", "collection name", name);
    }

    private static String checked(String field, String what, String name) {
        String trimmed = name.strip();
        if (trimmed.isEmpty()) throw refused(field, what + " cannot be empty");
        if (trimmed.length() > LENGTH_MAX) throw refused(field, what + " cannot exceed 128 characters");
        if (trimmed.contains("..") || trimmed.equals(".")) throw refused(field, what + " cannot contain relative path components");
        if (!ALLOWED.matcher(trimmed).matches()) {
            throw refused(field, what + " may only contain ASCII letters, digits, '.', '_' and '-'");
        }
        return trimmed;
    }

    private static LynseException refused(String field, String reason) {
        return new LynseException(new LynseError.InvalidArgument(field, "Invalid argument: " + reason));
    }
}
