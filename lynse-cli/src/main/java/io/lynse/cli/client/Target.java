package io.lynse.cli.client;

/** The collection that a call is about. */
public record Target(String database, String collection) {}
