package io.lynse.model;

/** A collection's full name. Both parts are checked by {@link Names}. */
public record CollectionName(String database, String collection) {

    public CollectionName {
        database = Names.database(database);
        collection = Names.collection(collection);
    }

    @Override
    public String toString() {
        return database + "/" + collection;
    }
}
