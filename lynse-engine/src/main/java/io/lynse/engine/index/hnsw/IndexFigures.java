package io.lynse.engine.index.hnsw;

/**
 * The index of one collection in figures.
 *
 * @param builds   of this collection, since it was opened
 * @param unlinked live rows that searches scan because no graph has them, at most; 0 when no graph is wanted
 */
public record IndexFigures(IndexState state, GraphTally.Counts builds, long unlinked) {}
