package io.lynse.http.route;

import io.lynse.error.LynseError;
import io.lynse.http.error.HttpErrors;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.NoHandlerFoundException;
import org.springframework.web.servlet.resource.NoResourceFoundException;

/** Hands what a controller threw to {@link HttpErrors}, as the servlets do; and answers an unknown route or method by an empty 404, never a 405. */
final class Failures implements HandlerExceptionResolver, Ordered {

    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE;
    }

    @Override
    public ModelAndView resolveException(HttpServletRequest request, HttpServletResponse response, @Nullable Object handler, Exception failure) {
        try {
            switch (failure) {
                case NoHandlerFoundException _, NoResourceFoundException _, HttpRequestMethodNotSupportedException _ -> HttpErrors.nowhere(response);
                case MethodArgumentTypeMismatchException mistyped -> HttpErrors.error(request, response, invalid(mistyped));
                default -> HttpErrors.write(request, response, failure);
            }
        } catch (IOException gone) {
            throw new UncheckedIOException(gone); // nobody is left to be answered
        }
        return new ModelAndView();
    }

    private static LynseError invalid(MethodArgumentTypeMismatchException mistyped) {
        Class<?> type = mistyped.getRequiredType();
        return LynseError.invalid(mistyped.getName(), mistyped.getName() + ": expected " + (type == null ? "another type" : type.getSimpleName())
                + ", got \"" + mistyped.getValue() + "\"");
    }
}
