package io.lynse.tests.ledger;

import io.lynse.model.RowId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What clients were told of each row: the last version acknowledged, and a later one whose outcome is in doubt. What is in
 * neither was refused or never sent, and must not be there. Thread-safe as long as each row is written by one thread.
 */
public final class Ledger {

    private final Map<RowId, Account> accounts = new ConcurrentHashMap<>();

    /** @param inDoubt sent after {@code acknowledged} and never answered: stored or not, either is right */
    private record Account(@Nullable Version acknowledged, @Nullable Version inDoubt) {

        boolean allows(Version found) {
            return found.equals(acknowledged) || found.equals(inDoubt);
        }

        boolean allowsAbsence() {
            return acknowledged == null;
        }
    }

    public void acknowledged(Version version) {
        accounts.put(version.id(), new Account(version, null));
    }

    public void inDoubt(Version version) {
        accounts.merge(version.id(), new Account(null, version), (account, doubt) -> new Account(account.acknowledged(), doubt.inDoubt()));
    }

    /** Refused rows leave the account as it was; one that never had another version must not be there at all. */
    public void refused(Version version) {
        accounts.putIfAbsent(version.id(), new Account(null, null));
    }

    public long acknowledgedRows() {
        return accounts.values().stream().filter(account -> !account.allowsAbsence()).count();
    }

    /** Later runs go on from what the last one left: what was in doubt is settled by what was found. */
    public void settle(List<StoredRow> found) {
        Map<RowId, Version> present = new ConcurrentHashMap<>();
        found.forEach(row -> present.put(row.id(), row.version()));
        accounts.replaceAll((id, account) -> new Account(present.get(id), null));
    }

    /** @return one line per broken promise; none: everything stored is as the clients were told */
    public List<String> problems(List<StoredRow> found) {
        var problems = new ArrayList<String>();
        Set<RowId> seen = new HashSet<>();
        for (StoredRow row : found) {
            if (!seen.add(row.id())) problems.add(row.id() + " is there twice");
            judge(row, problems);
        }
        accounts.forEach((id, account) -> {
            if (!seen.contains(id) && !account.allowsAbsence()) problems.add(id + " is lost: acknowledged " + account.acknowledged());
        });
        return problems;
    }

    private void judge(StoredRow row, List<String> problems) {
        Account account = accounts.get(row.id());
        if (account == null || account.acknowledged() == null && account.inDoubt() == null) {
            problems.add(row.id() + " is there although it was refused or never sent");
        } else if (!account.allows(row.version())) {
            problems.add(row.id() + " is stored as " + row.version() + ", expected " + account);
        } else {
            row.damage().ifPresent(damage -> problems.add(row.id() + ": " + damage));
        }
    }
}
