"""Writes nested.txt: what CPython 3.13 makes of nested limits and groups that are cancelled. Time is virtual.

A row is W1/W2/BODY/CANCELS = EVENTS | END, where W1 is around W2 is around BODY, all in one task, which others cancel at the
given times. In events and end, @N is the time in ms. A group has one child beside what is inside of it. TaskGroup.cancel is not
in 3.13: the group here has it with the rule of 3.15, that the cancel goes on if uncancel() leaves more than 0.
"""
import asyncio
import selectors
import sys

class Selector(selectors.SelectSelector):
    def select(self, timeout=None):
        if timeout is None:
            raise RuntimeError("deadlock")
        if timeout > 0:
            self.loop.now = self.loop._scheduled[0]._when
        return super().select(0)

class Loop(asyncio.SelectorEventLoop):
    def __init__(self):
        self.now = 0.0
        s = Selector()
        s.loop = self
        super().__init__(s)
    def time(self):
        return self.now

class Group(asyncio.TaskGroup):
    asked = False
    def cancel(self):
        if self._exiting and not self._tasks or self._aborting:
            return
        self._abort()
        self.asked = self._parent_cancel_requested = True
        self._parent_task.cancel()
    async def __aexit__(self, et, exc, tb):
        self._exiting = True
        cancel = exc if et is not None and issubclass(et, asyncio.CancelledError) else None
        later = None
        if et is not None and not self._aborting:
            self._abort()
        while self._tasks:
            if self._on_completed_fut is None:
                self._on_completed_fut = self._loop.create_future()
            try:
                await self._on_completed_fut
            except asyncio.CancelledError as e:
                later = e
                if not self._aborting:
                    cancel = e
                    self._abort()
            self._on_completed_fut = None
        if self._parent_cancel_requested:
            if self._parent_task.uncancel() == 0:
                cancel = None
            elif self.asked and (cancel is None or not cancel.args and later is not None):
                cancel = later
            if self.asked and cancel is not None and not cancel.args and self._parent_task._cancel_message:
                cancel = asyncio.CancelledError(self._parent_task._cancel_message)  # thrown together with our own
        if cancel is not None and not self._errors:
            raise cancel
        if et is not None and not issubclass(et, asyncio.CancelledError):
            self._errors.append(exc)
        if self._errors:
            if self._parent_task.cancelling():
                self._parent_task.uncancel()
                self._parent_task.cancel()
            raise BaseExceptionGroup("", self._errors)
        return True

def ms(t): return t / 1000

class Program:
    def __init__(self, loop): self.loop, self.events = loop, []
    def log(self, what): self.events.append("%s@%d" % (what, round(self.loop.time() * 1000)))

    async def cleaned(self, name, sleep, cleanup):
        try:
            await asyncio.sleep(ms(sleep))
            self.log(name)
        finally:
            if cleanup:
                await asyncio.sleep(ms(cleanup))
                self.log(name + "-cleaned")

    async def body(self, kind):
        if kind == "sleep":
            await self.cleaned("body", 100, 0)
        elif kind == "cleanup":
            await self.cleaned("body", 100, 30)
        elif kind == "swallow":
            try:
                await asyncio.sleep(ms(100))
                self.log("body")
            except asyncio.CancelledError:
                self.log("swallowed")
                await asyncio.sleep(ms(35))
                self.log("went-on")
        elif kind == "self":
            asyncio.current_task().cancel("self")
            await asyncio.sleep(ms(100))
            self.log("body")
        elif kind == "fails":
            await asyncio.sleep(ms(25))
            raise ValueError()

    async def fail(self, after):
        await asyncio.sleep(ms(after))
        raise ValueError()

    async def inside(self, wrappers, kind):
        if not wrappers:
            return await self.body(kind)
        first, rest = wrappers[0], wrappers[1:]
        name, number = first.rstrip("0123456789"), int(first.lstrip("abcdefghijklmnopqrstuvwxyz") or -1)
        try:
            if name == "timeout":
                async with asyncio.timeout(ms(number)):
                    await self.inside(rest, kind)
            elif name == "waitfor":
                await asyncio.wait_for(self.inside(rest, kind), ms(number))
            elif name == "group":
                async with Group() as g:
                    g.create_task(self.cleaned("child", number, 40))
                    await self.inside(rest, kind)
            elif name == "failing":
                async with Group() as g:
                    g.create_task(self.fail(number))
                    await self.inside(rest, kind)
            elif name == "cancelled":
                async with Group() as g:
                    g.create_task(self.cleaned("child", 1000, 40))
                    self.loop.call_later(ms(number), g.cancel)
                    await self.inside(rest, kind)
        finally:
            self.log("left-" + name)

    async def main(self, wrappers, kind, cancels):
        task = self.loop.create_task(self.inside(wrappers, kind))
        for t in cancels:
            self.loop.call_later(ms(t), task.cancel, "outside%d" % t)
        try:
            await task
            end = "done"
        except BaseException as e:
            end = show(e)
        return "%s | %s@%d, cancelling %d" % (
            " ".join(self.events), end, round(self.loop.time() * 1000), task.cancelling())

def show(e):
    if isinstance(e, BaseExceptionGroup):
        return "group(%s)" % ",".join(show(x) for x in e.exceptions)
    if isinstance(e, asyncio.CancelledError):
        return "cancelled(%s)" % (e.args[0] if e.args else "")
    return {"TimeoutError": "timeout", "ValueError": "failure"}[type(e).__name__]

WRAPPERS = ["timeout0", "timeout50", "timeout200", "waitfor50", "group80", "failing30", "cancelled35"]
BODIES = ["sleep", "cleanup", "swallow", "self", "fails"]
CANCELS = [(), (20,), (45,), (20, 47), (60,), (50,), (0,)]

out = open(sys.argv[1], "w")
for w1 in WRAPPERS:
    for w2 in WRAPPERS:
        for body in BODIES:
            for cancels in CANCELS:
                loop = Loop()
                loop.set_exception_handler(lambda *a: None)
                program = Program(loop)
                result = loop.run_until_complete(program.main([w1, w2], body, cancels))
                for t in asyncio.all_tasks(loop):
                    t.cancel()
                loop.close()
                out.write("%s/%s/%s/%s = %s\n" % (w1, w2, body, ",".join(map(str, cancels)), result))
