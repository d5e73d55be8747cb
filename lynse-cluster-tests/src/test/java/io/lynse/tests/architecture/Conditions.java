package io.lynse.tests.architecture;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.NullMarked;

/** Conditions that ArchUnit's own language lacks. */
final class Conditions {

    private Conditions() {}

    static ArchCondition<JavaClass> seeOnlyModules(Layout layout, Set<String> allowed) {
        return noDependency("see only " + allowed + " of our other modules", dependency -> {
            Optional<String> from = layout.module(dependency.getOriginClass());
            Optional<String> to = layout.module(dependency.getTargetClass());
            return to.isPresent() && !to.equals(from) && !allowed.contains(to.get()) && !layout.inProto(dependency.getTargetClass());
        });
    }

    /** The wiring in {@code app} builds the objects of every feature, internals included. */
    static ArchCondition<JavaClass> leaveInternalsAlone(Layout layout) {
        return noDependency("not reach into another feature's inner packages", dependency -> {
            JavaClass from = dependency.getOriginClass();
            JavaClass to = dependency.getTargetClass();
            if (!layout.isInternal(to)) return false;
            boolean sameModule = layout.module(from).equals(layout.module(to));
            boolean sameFeature = sameModule && layout.feature(from).equals(layout.feature(to));
            boolean wiring = sameModule && layout.feature(from).equals(Optional.of("app"));
            return !sameFeature && !wiring;
        });
    }

    static ArchCondition<JavaClass> lieInNullMarkedPackage() {
        return new ArchCondition<>("lie in a package that is @NullMarked") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                JavaPackage home = type.getPackage();
                boolean marked = home.isAnnotatedWith(NullMarked.class);
                events.add(new SimpleConditionEvent(type, marked, type.getName() + " lies in a package that is not @NullMarked"));
            }
        };
    }

    private static ArchCondition<JavaClass> noDependency(String description, Predicate<Dependency> forbidden) {
        return new ArchCondition<>(description) {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                type.getDirectDependenciesFromSelf().stream()
                        .filter(forbidden)
                        .forEach(each -> events.add(SimpleConditionEvent.violated(each, each.getDescription())));
            }
        };
    }
}
