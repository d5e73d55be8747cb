package io.lynse.tests.architecture;

import com.tngtech.archunit.lang.ArchRule;

/**
 * One border and the class that crosses it.
 *
 * @param rule      holds for every class of the product
 * @param offender  simple name of the class below the package {@code bad} that breaks it
 */
record Border(String name, ArchRule rule, String offender) {

    @Override
    public String toString() {
        return name;
    }
}
