package io.lynse.tests.architecture.bad.cli;

import io.lynse.tests.architecture.bad.http.Databases;

public final class CommandKnowsHttp {
    Object see() {
        return Databases.class;
    }
}
