package io.lynse.http.codec;

import io.lynse.model.CollectionName;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The query string of a binary route. Parsed here and not by the servlet container, which would also take a form from the body,
 * and with the body its bytes.
 */
public final class QueryParameters {

    private final Map<String, String> values = new LinkedHashMap<>();

    public QueryParameters(@Nullable String query) {
        if (query == null) return;
        for (int from = 0; from < query.length(); ) {
            int amp = query.indexOf('&', from);
            int to = amp < 0 ? query.length() : amp;
            int equals = query.indexOf('=', from);
            if (equals < 0 || equals > to) equals = to;
            if (to > from) values.put(decoded(query.substring(from, equals)), equals == to ? "" : decoded(query.substring(equals + 1, to)));
            from = to + 1;
        }
    }

    private static String decoded(String text) {
        if (text.indexOf('%') < 0 && text.indexOf('+') < 0) return text;
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            throw TextRefusal.query("malformed percent-encoding in `" + text + "`");
        }
    }

    public CollectionName collection() {
        return new CollectionName(text("database_name"), text("collection_name"));
    }

    public String text(String field) {
        String value = values.get(field);
        if (value == null) throw TextRefusal.query("missing field `" + field + "`");
        return value;
    }

    public @Nullable String textOrNull(String field) {
        return values.get(field);
    }

    /** A required count, at most {@link Integer#MAX_VALUE}; larger ones are cut to it. */
    public int natural(String field) {
        return natural(field, text(field));
    }

    public int natural(String field, int byDefault) {
        String value = values.get(field);
        return value == null ? byDefault : natural(field, value);
    }

    private static int natural(String field, String value) {
        return (int) Math.min(number(field, value), Integer.MAX_VALUE);
    }

    /** An id: 0 to 2^63-1; null: absent. */
    public @Nullable Long idOrNull(String field) {
        String value = values.get(field);
        return value == null ? null : (Long) number(field, value);
    }

    private static long number(String field, String value) {
        try {
            long number = Long.parseLong(value);
            if (number >= 0 && value.charAt(0) != '-') return number;
        } catch (NumberFormatException none) {
            // said below
        }
        throw TextRefusal.query(field + ": invalid digit found in string, or not 0 to 2^63-1: `" + value + "`");
    }

    public boolean flag(String field, boolean byDefault) {
        String value = values.get(field);
        if (value == null) return byDefault;
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> throw TextRefusal.query("provided string was not `true` or `false`");
        };
    }

    /** A number, {@code inf} and {@code nan} included. */
    public double real(String field, double byDefault) {
        String value = values.get(field);
        if (value == null) return byDefault;
        return switch (value.toLowerCase(java.util.Locale.ROOT)) {
            case "inf", "infinity", "+inf" -> Double.POSITIVE_INFINITY;
            case "-inf", "-infinity" -> Double.NEGATIVE_INFINITY;
            case "nan" -> Double.NaN;
            default -> {
                try {
                    yield Double.parseDouble(value);
                } catch (NumberFormatException none) {
                    throw TextRefusal.query(field + ": invalid float literal `" + value + "`");
                }
            }
        };
    }
}
