"""The whole stack in one test: the real screen, store, engine and operator against the simulator, over real sockets."""
