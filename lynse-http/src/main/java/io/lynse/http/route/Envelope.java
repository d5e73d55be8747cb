package io.lynse.http.route;

import io.lynse.http.codec.JsonOut;
import io.lynse.model.CollectionName;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A successful answer: {@code {"status":"success","params":{...}}}, the params in alphabetical order, as a node sends them. */
public final class Envelope {

    private final TreeMap<String, @Nullable Object> params = new TreeMap<>();

    private Envelope() {}

    public static Envelope of() {
        return new Envelope();
    }

    public static Envelope ofDatabase(String database) {
        return of().with("database_name", database);
    }

    /** An answer that echoes which collection it is about. */
    public static Envelope of(CollectionName name) {
        return ofDatabase(name.database()).with("collection_name", name.collection());
    }

    /** @param value of a type that {@link JsonOut#value} writes */
    public Envelope with(String name, @Nullable Object value) {
        params.put(name, value);
        return this;
    }

    /** @param expected bytes of the answer, a guess */
    void send(HttpServletResponse response, int expected) throws IOException {
        HotServlet.jsonOut(response, expected).raw("{\"status\":\"success\",\"params\":").object(params).raw("}").finish(response);
    }
}
