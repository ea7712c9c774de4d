"""Golden files of format 1; README.md says what they are for."""

from kelisim_web.node import set_up

set_up()
