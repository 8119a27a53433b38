"""Measures of Portier on this machine, next to the tool everybody knows where there is one."""
