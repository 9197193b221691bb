package io.github.corio.bridge;

import io.github.corio.tck.TckBlockHoundTest;

/** The same here: BlockHound is in the tests of this module too. */
class BridgeTckBlockHoundTest extends TckBlockHoundTest {}
