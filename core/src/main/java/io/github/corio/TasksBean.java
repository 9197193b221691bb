package io.github.corio;

import io.github.corio.loop.EventLoop;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import javax.management.InstanceAlreadyExistsException;
import javax.management.JMException;
import javax.management.ObjectName;
import reactor.util.Loggers;

/** The MXBean of this JVM. {@link Observed} makes it, by its name. */
final class TasksBean implements TasksMXBean, Runnable {
    /** For {@link Observed}. */
    TasksBean() {}

    /** Registers it. One of another class loader may be there already. */
    @Override
    public void run() {
        try {
            Object unused = ManagementFactory.getPlatformMBeanServer().registerMBean(this, new ObjectName(NAME));
        } catch (InstanceAlreadyExistsException e) {
            Loggers.getLogger(TasksBean.class).debug("There is a {} already, of another class loader", NAME);
        } catch (JMException e) {
            Loggers.getLogger(TasksBean.class).warn("{} cannot be registered", NAME, e);
        }
    }

    @Override
    public int getLoops() {
        return EventLoop.all().size();
    }

    @Override
    public int getTasks() {
        return EventLoop.all().stream()
                .mapToInt(loop -> RemainingTasks.of(loop).size())
                .sum();
    }

    @Override
    public boolean isDebug() {
        return EventLoop.all().stream().anyMatch(EventLoop::isDebug);
    }

    @Override
    public void setDebug(boolean enabled) {
        EventLoop.all().forEach(loop -> loop.setDebug(enabled));
    }

    @Override
    public String list() {
        List<TaskTree.Node> tasks = TreeCapture.ofAll().tasks();
        Map<Long, String> names = new HashMap<>();
        tasks.forEach(task -> names.put(task.id(), task.name()));
        StringBuilder table = new StringBuilder(
                String.format("%-8s %-8s %-24s %-40s %s%n", "TASK", "STATE", "NAME", "WAITS FOR", "AWAITED BY"));
        for (TaskTree.Node task : tasks) {
            String awaitedBy = task.awaitedBy().stream()
                    .map(by -> by.task() == null ? String.join(".", by.through()) : names.get(by.task()))
                    .filter(Objects::nonNull)
                    .collect(Collectors.joining(", "));
            table.append(String.format(
                    "%-8d %-8s %-24s %-40s %s%n",
                    task.id(),
                    task.state().name().toLowerCase(java.util.Locale.ROOT),
                    task.name(),
                    task.waitsFor() == null ? "" : task.waitsFor(),
                    awaitedBy));
        }
        return table.toString();
    }

    @Override
    public String tree() {
        return TreeCapture.ofAll().toText();
    }

    @Override
    public String json() {
        return TreeCapture.ofAll().toJson();
    }

    @Override
    public String mermaid() {
        return TreeCapture.ofAll().toMermaid();
    }

    @Override
    public String[] deadlocks() {
        return TreeCapture.ofAll().cycles().stream()
                .map(TaskTree.Cycle::toString)
                .toArray(String[]::new);
    }
}
