package io.lynse.coordinator.health;

import java.time.Duration;

/**
 * How far a member's log is behind that of its primary.
 *
 * @param entries that it lacks
 * @param time    since the primary was first seen to have an entry that the member lacks; as coarse as the probes
 */
public record Behind(long entries, Duration time) {}
