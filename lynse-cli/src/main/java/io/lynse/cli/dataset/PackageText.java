package io.lynse.cli.dataset;

/** What a person reads of a row or a query; texts that the metadata lacks are empty. */
public record PackageText(String name, String section, String description) {

    /** The text that was embedded for a query. */
    public String asQuery() {
        if (description.isEmpty()) return name;
        return name.isEmpty() ? description : name + ": " + description;
    }
}
