package io.lynse.coordinator.shardclient;

/**
 * How far a node is with the index that a collection wants.
 *
 * @param building the first graph is not there yet
 * @param failed   there is none and none will come
 * @param state    for people
 */
public record IndexProgress(boolean building, boolean failed, String state) {}
