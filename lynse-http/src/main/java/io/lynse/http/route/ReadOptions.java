package io.lynse.http.route;

import io.lynse.http.codec.JsonObject;
import io.lynse.http.codec.QueryParameters;
import io.lynse.model.Reading;
import io.lynse.model.Reading.Consistency;
import io.lynse.model.Reading.From;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How fresh an answer must be and who may give it: {@code consistency} and {@code read_from}, as query parameters of any read, or as fields of
 * its JSON body. What nobody confirmed is told in a header.
 */
final class ReadOptions {

    static final String CONSISTENCY = "consistency";
    static final String READ_FROM = "read_from";

    /** Why the answer may lack what was acknowledged. Absent: it does not. */
    static final String UNCONFIRMED = "X-Lynse-Unconfirmed";

    private ReadOptions() {}

    static Reading of(HttpServletRequest request, @Nullable JsonObject body) {
        var parameters = new QueryParameters(request.getQueryString());
        return body == null ? of(parameters, null, null) : of(parameters, body.textOrNull(CONSISTENCY), body.textOrNull(READ_FROM));
    }

    /** @param consistency field of the body; null: none. {@code from} likewise. @throws io.lynse.error.LynseException InvalidArgument naming the field */
    static Reading of(QueryParameters parameters, @Nullable String consistency, @Nullable String from) {
        return new Reading(
                chosen(CONSISTENCY, Consistency.values(), parameters.textOrNull(CONSISTENCY), consistency),
                chosen(READ_FROM, From.values(), parameters.textOrNull(READ_FROM), from));
    }

    /** Before the answer begins. */
    static void tell(Reading reading, HttpServletResponse response) {
        reading.unconfirmed().ifPresent(why -> response.setHeader(UNCONFIRMED, why));
    }

    /** The first value stands for what is not given. */
    private static <E extends Enum<E>> E chosen(String field, E[] values, @Nullable String inQuery, @Nullable String inBody) {
        if (inQuery != null && inBody != null && !inQuery.equals(inBody)) {
            throw Edge.invalid(field, "Invalid argument: " + field + " is '" + inQuery + "' in the query and '" + inBody + "' in the body");
        }
        String given = inQuery != null ? inQuery : inBody;
        if (given == null) return values[0];
        for (E value : values) {
            if (word(value).equals(given)) return value;
        }
        String words = Stream.of(values).map(ReadOptions::word).collect(Collectors.joining(" or "));
        throw Edge.invalid(field, "Invalid argument: " + field + " must be " + words + ", not '" + given + "'");
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
