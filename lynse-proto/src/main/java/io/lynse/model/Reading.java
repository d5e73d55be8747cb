package io.lynse.model;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * How one request reads, and what must be told with its answer. A node that stands alone confirms everything by itself, and need not look
 * at it. Safe for use by several threads.
 */
public final class Reading {

    public enum Consistency {
        /** Every acknowledged write is seen, unless the primary was superseded unawares, or the answer says that it is unconfirmed. */
        DEFAULT,
        /** Every acknowledged write is seen, or the read fails. */
        STRONG
    }

    /** Who answers. Strong reads are the primary's, whoever is named here. */
    public enum From {
        /** The primary; other active members when it is silent. */
        PRIMARY,
        /** Any active member, which has its answer confirmed: load spreads over all of them. */
        ANY
    }

    private final Consistency consistency;
    private final From from;
    private final AtomicReference<@Nullable String> unconfirmed = new AtomicReference<>();

    public Reading(Consistency consistency, From from) {
        this.consistency = consistency;
        this.from = from;
    }

    /** As a request reads that asks for nothing special. */
    public static Reading usual() {
        return new Reading(Consistency.DEFAULT, From.PRIMARY);
    }

    public Consistency consistency() {
        return consistency;
    }

    public From from() {
        return from;
    }

    /** A part of the answer may lack what was acknowledged. @param why for people; of several the first is told */
    public void unconfirmed(String why) {
        unconfirmed.compareAndSet(null, why);
    }

    /** Why the answer may lack what was acknowledged; empty: it does not. */
    public Optional<String> unconfirmed() {
        return Optional.ofNullable(unconfirmed.get());
    }
}
