"""The local stack and the command line: what runs the product on one machine."""

import os

from local.loopback import bypass_proxies

# For whichever process of ours this is, and for its children: each calls servers of this machine.
bypass_proxies(os.environ)
