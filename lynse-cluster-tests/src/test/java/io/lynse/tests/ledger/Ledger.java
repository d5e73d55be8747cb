package io.lynse.tests.ledger;

import io.lynse.model.RowId;
import io.lynse.tests.ledger.Problem.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What clients were told of each row: the last version acknowledged, and a later one whose outcome is in doubt. What is in
 * neither was refused or never sent, and must not be there. Thread-safe as long as each row is written by one thread; any may read it.
 */
public final class Ledger {

    private final Map<RowId, Account> accounts = new ConcurrentHashMap<>();
    private final List<RowId> known = new ArrayList<>(); // guarded by itself

    /** @param inDoubt sent after {@code acknowledged} and not answered: stored or not, either is right */
    private record Account(@Nullable Version acknowledged, @Nullable Version inDoubt) {

        static final Account EMPTY = new Account(null, null);

        boolean allows(Version found) {
            return found.equals(acknowledged) || found.equals(inDoubt);
        }

        boolean allowsAbsence() {
            return acknowledged == null;
        }

        int least() {
            return acknowledged == null ? 0 : acknowledged.number();
        }
    }

    public void acknowledged(Version version) {
        change(version, _ -> new Account(version, null));
    }

    /** Sent, and not answered yet or ever. */
    public void inDoubt(Version version) {
        change(version, account -> new Account(account.acknowledged(), version));
    }

    /** Leaves what was acknowledged before; a row that never had another version must not be there at all. */
    public void refused(Version version) {
        change(version, account -> version.equals(account.inDoubt()) ? new Account(account.acknowledged(), null) : account);
    }

    private void change(Version version, UnaryOperator<Account> change) {
        accounts.compute(version.id(), (id, account) -> {
            if (account == null) {
                synchronized (known) {
                    known.add(id);
                }
            }
            return change.apply(account == null ? Account.EMPTY : account);
        });
    }

    public long acknowledgedRows() {
        return accounts.values().stream().filter(account -> !account.allowsAbsence()).count();
    }

    // ---- reads while rows are written

    /** A read of one row that is under way. @param least number of the version that was acknowledged when it began; 0: none */
    public record Reading(RowId id, int least) {}

    /** Begins to read any row. Empty: none was sent yet. */
    public Optional<Reading> begin(Random random) {
        RowId id;
        synchronized (known) {
            if (known.isEmpty()) return Optional.empty();
            id = known.get(random.nextInt(known.size()));
        }
        return Optional.of(new Reading(id, accounts.getOrDefault(id, Account.EMPTY).least()));
    }

    /**
     * Judges what a read showed. A version in doubt that was shown is committed, and counts as acknowledged from then on.
     * @param row null: there was none. Whether it is deleted is not looked at: reads by id show deleted rows too
     */
    public Optional<Problem> end(Reading reading, @Nullable StoredRow row) {
        RowId id = reading.id();
        int found = row == null ? 0 : row.version().number();
        Account account = accounts.computeIfPresent(id, (_, before) ->
                before.inDoubt() != null && found == before.inDoubt().number() && !before.inDoubt().deleted() ? new Account(before.inDoubt(), null) : before);
        if (account == null || found > newest(account)) return Optional.of(new Problem(Kind.PHANTOM, id, "was read as " + found + ", expected " + account));
        if (row != null && row.damage().isPresent()) return Optional.of(new Problem(Kind.DAMAGED, id, row.damage().orElseThrow()));
        if (found < reading.least()) return Optional.of(new Problem(Kind.OLD_READ, id, "was read as " + found + ", " + reading.least() + " was acknowledged before"));
        return Optional.empty();
    }

    private static int newest(Account account) {
        return account.inDoubt() == null ? account.least() : Math.max(account.least(), account.inDoubt().number());
    }

    // ---- what is stored when nothing is written

    /** Later runs go on from what the last one left: what was in doubt is settled by what was found. */
    public void settle(List<StoredRow> found) {
        Map<RowId, Version> present = new ConcurrentHashMap<>();
        found.forEach(row -> present.put(row.id(), row.version()));
        accounts.replaceAll((id, account) -> new Account(present.get(id), null));
    }

    /** @return the broken promises; none: everything stored is as the clients were told */
    public List<Problem> problems(List<StoredRow> found) {
        var problems = new ArrayList<Problem>();
        Set<RowId> seen = new HashSet<>();
        for (StoredRow row : found) {
            if (!seen.add(row.id())) problems.add(new Problem(Kind.TWICE, row.id(), "is there twice"));
            judge(row).ifPresent(problems::add);
        }
        accounts.forEach((id, account) -> {
            if (!seen.contains(id) && !account.allowsAbsence()) problems.add(new Problem(Kind.LOST, id, "is lost: acknowledged " + account.acknowledged()));
        });
        return problems;
    }

    private Optional<Problem> judge(StoredRow row) {
        Account account = accounts.get(row.id());
        if (account == null || account.acknowledged() == null && account.inDoubt() == null) {
            return Optional.of(new Problem(Kind.PHANTOM, row.id(), "is there although it was refused or never sent"));
        }
        if (!account.allows(row.version())) {
            return Optional.of(new Problem(wrong(row.version(), account.acknowledged()), row.id(), "is stored as " + row.version() + ", expected " + account));
        }
        return row.damage().map(damage -> new Problem(Kind.DAMAGED, row.id(), damage));
    }

    private static Kind wrong(Version found, @Nullable Version acknowledged) {
        if (acknowledged == null || !found.isBefore(acknowledged)) return Kind.PHANTOM;
        return acknowledged.deleted() && !found.deleted() ? Kind.RESURRECTED : Kind.LOST;
    }
}
