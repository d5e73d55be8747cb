package io.lynse.tests.architecture.bad.engine.log;

import java.net.http.HttpClient;

public final class EngineWithHttp {
    Object see() {
        return HttpClient.class;
    }
}
