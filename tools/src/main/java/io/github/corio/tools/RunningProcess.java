package io.github.corio.tools;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.lang.reflect.UndeclaredThrowableException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.management.Attribute;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** A process on this machine, whose MXBean is asked. Not thread-safe. */
final class RunningProcess implements AutoCloseable {
    private static final String TASKS = "io.github.corio:type=Tasks";
    private static final String ADDRESS = "com.sun.management.jmxremote.localConnectorAddress";

    /** How long a bean that is not there is waited for: Corio registers it a moment after the first task has begun. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private static final long PAUSE_MILLIS = 20;

    private final String pid;
    private final JMXConnector connector;
    private final MBeanServerConnection beans;
    private final Duration patience;

    private RunningProcess(String pid, JMXConnector connector, Duration patience) throws IOException {
        this.pid = pid;
        this.connector = connector;
        this.beans = connector.getMBeanServerConnection();
        this.patience = patience;
    }

    /** Why the process does not answer, in words for a person. */
    static final class NoAnswer extends Exception {
        private static final long serialVersionUID = 1L;

        NoAnswer(String message, Throwable cause) {
            super(message, cause);
        }
    }

    static RunningProcess attach(String pid) throws NoAnswer {
        return attach(pid, PATIENCE);
    }

    @SuppressWarnings("BanJNDI") // the address is that of a process of the same user, as jconsole asks for it
    static RunningProcess attach(String pid, Duration patience) throws NoAnswer {
        long number = number(pid);
        try {
            return new RunningProcess(pid, JMXConnectorFactory.connect(new JMXServiceURL(address(pid))), patience);
        } catch (AttachNotSupportedException e) {
            throw new NoAnswer(
                    "Process " + pid
                            + " does not let itself be attached to: is it a JVM, without -XX:+DisableAttachMechanism?",
                    e);
        } catch (IOException e) {
            throw new NoAnswer(whyNot(number, e), e);
        }
    }

    private static long number(String pid) throws NoAnswer {
        try {
            return Long.parseLong(pid);
        } catch (NumberFormatException e) {
            throw new NoAnswer("Not the number of a process: " + pid, e);
        }
    }

    private static String whyNot(long pid, IOException e) {
        return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty()
                ? "There is no process " + pid
                : "No permission to attach to process " + pid + ", or it has just ended: run this as the same user ("
                        + e.getMessage() + ")";
    }

    private static String address(String pid) throws IOException, AttachNotSupportedException {
        VirtualMachine process = VirtualMachine.attach(pid);
        try {
            String address = process.getAgentProperties().getProperty(ADDRESS);
            return address == null ? process.startLocalManagementAgent() : address;
        } finally {
            process.detach();
        }
    }

    /** Asks for a text. */
    String ask(String operation) throws NoAnswer {
        Object answer = answer(() -> beans.invoke(new ObjectName(TASKS), operation, new Object[0], new String[0]));
        return answer instanceof String[] lines ? String.join("\n", lines) : String.valueOf(answer);
    }

    /** Switches debug mode of the loops that are open now. */
    void setDebug(boolean on) throws NoAnswer {
        Object unused = answer(() -> {
            beans.setAttribute(new ObjectName(TASKS), new Attribute("Debug", on));
            return on;
        });
    }

    /** A question to the MXBean. */
    private interface Question {
        Object ask() throws JMException, IOException;
    }

    private Object answer(Question question) throws NoAnswer {
        try {
            awaitBean();
            return question.ask();
        } catch (InstanceNotFoundException e) {
            throw new NoAnswer(
                    "There is no Corio in process " + pid
                            + ": it has started no task yet, or runs with -Dcorio.jmx=false",
                    e);
        } catch (IOException e) {
            throw new NoAnswer("Process " + pid + " has ended", e);
        } catch (JMException | UndeclaredThrowableException e) {
            throw new NoAnswer("Process " + pid + " has another version of Corio: " + e.getMessage(), e);
        }
    }

    /** Returns when the bean is there, or when patience has run out: the question itself fails then. */
    private void awaitBean() throws JMException, IOException {
        long end = System.nanoTime() + patience.toNanos();
        try {
            while (!beans.isRegistered(new ObjectName(TASKS)) && System.nanoTime() < end) {
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        try {
            connector.close();
        } catch (IOException ended) {
            // the process has ended: nothing is left to be closed
        }
    }
}
