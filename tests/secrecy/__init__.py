"""What must not leave a node: canaries in everything internal, and histories with and without a hidden circle."""

from kelisim_web.node import set_up

set_up()
