package io.lynse.model;

import java.util.Comparator;

/**
 * Order of first insert: the hybrid clock of whoever accepted the request, then the place in the request.
 * A row keeps it through every upsert. Head, tail, query and paging follow it, on one node and over groups alike.
 *
 * @param clock see {@link HybridClock}
 * @param place from 0, position of the row in its request
 */
public record OrderStamp(long clock, int place) implements Comparable<OrderStamp> {

    private static final Comparator<OrderStamp> ORDER =
            Comparator.comparingLong(OrderStamp::clock).thenComparingInt(OrderStamp::place);

    @Override
    public int compareTo(OrderStamp other) {
        return ORDER.compare(this, other);
    }
}
