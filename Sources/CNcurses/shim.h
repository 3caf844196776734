// ncurses with wide characters, and its attributes as functions: Swift cannot call macros that cast.
#ifndef CNCURSES_SHIM_H
#define CNCURSES_SHIM_H

// `wcwidth` is declared for X/Open alone.
#ifndef _XOPEN_SOURCE
#define _XOPEN_SOURCE 700
#endif
// ncurses' own macros would hide the functions of the same name.
#define NCURSES_NOMACROS 1
#define NCURSES_WIDECHAR 1

#include <curses.h>
#include <term.h>
#include <wchar.h>

static inline attr_t cncurses_bold(void) { return WA_BOLD; }
static inline attr_t cncurses_dim(void) { return WA_DIM; }
static inline attr_t cncurses_reverse(void) { return WA_REVERSE; }
static inline attr_t cncurses_underline(void) { return WA_UNDERLINE; }

#endif
