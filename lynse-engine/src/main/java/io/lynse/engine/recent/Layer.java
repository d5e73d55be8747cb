package io.lynse.engine.recent;

/** A table of recent rows in a view, with the slots that it has over what lies below. */
public record Layer(RecentSnapshot rows, Overlay overlay) {}
