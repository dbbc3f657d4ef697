// @ts-check

/**
 * Remembers ids of matches across visits: "kept" is the last that succeeded, "pending" the one under way.
 * A browser that refuses storage forgets on reload, and all else works.
 */
export class Memory {
  /** @param {"kept" | "pending"} which @returns {string | null} */
  recall(which) {
    try {
      return localStorage.getItem(`match.${which}`);
    } catch {
      return null;
    }
  }

  /** @param {"kept" | "pending"} which @param {string} matchId */
  remember(which, matchId) {
    try {
      localStorage.setItem(`match.${which}`, matchId);
    } catch {
      // Private windows may refuse.
    }
  }

  /** @param {"kept" | "pending"} which */
  forget(which) {
    try {
      localStorage.removeItem(`match.${which}`);
    } catch {
      // Private windows may refuse.
    }
  }
}
