package io.lynse.http.route;

import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.http.Databases;
import io.lynse.http.limit.Limits;
import io.lynse.model.CollectionName;
import io.lynse.model.Deadline;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What every route needs.
 *
 * @param requestTimeout bounds a whole request
 * @param slowQuery      searches that take longer are logged; zero: none
 * @param auditing       whether changes of databases and collections are logged
 */
public record Edge(Databases databases, Limits limits, Duration requestTimeout, Duration slowQuery, boolean auditing) {

    private static final Logger log = LoggerFactory.getLogger(Edge.class);

    Deadline deadline() {
        return Deadline.after(requestTimeout);
    }

    /** Notes in the log that something was changed by request. */
    void audit(String action, String database, @Nullable String collection) {
        if (!auditing) return;
        log.atInfo().addKeyValue("action", action).addKeyValue("database", database).addKeyValue("collection", collection).log("audit");
    }

    void audit(String action, CollectionName name) {
        audit(action, name.database(), name.collection());
    }

    /** Runs a search, and notes in the log when it took long. */
    <T> T timed(String route, CollectionName name, int k, Supplier<T> search) {
        if (slowQuery.isZero()) return search.get();
        long start = System.nanoTime();
        T answer = search.get();
        long nanos = System.nanoTime() - start;
        if (nanos > slowQuery.toNanos()) {
            log.atWarn().addKeyValue("route", route).addKeyValue("database", name.database()).addKeyValue("collection", name.collection())
                    .addKeyValue("k", k).addKeyValue("millis", nanos / 1_000_000).log("slow_query");
        }
        return answer;
    }

    static LynseException invalid(String field, String reason) {
        return new LynseException(new LynseError.InvalidArgument(field, reason));
    }

    static LynseException unsupported(String feature) {
        return new LynseException(new LynseError.Unsupported(feature));
    }
}
