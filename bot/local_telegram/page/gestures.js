// Touch: a message is pulled to the left to reply to it, a picture of an album by itself.

const TRIGGER_PX = 52;
const LONGEST_PX = 76;

/** Calls `onReply(messageId)` when a row (or the tile under the finger) was pulled far enough to the left. */
export function swipeToReply(list, onReply) {
  let pull = null;
  const end = (trigger) => {
    if (!pull) return;
    const { row, id, distance } = pull;
    pull = null;
    row.classList.remove("pulled", "far");
    row.style.removeProperty("--pull");
    if (trigger && distance >= TRIGGER_PX) onReply(id);
  };
  list.addEventListener("touchstart", (event) => {
    const row = event.target.closest(".row");
    if (!row || event.touches.length > 1) return end(false);
    const target = event.target.closest(".tile") ?? row;
    const { clientX, clientY } = event.touches[0];
    pull = { row, id: Number(target.dataset.message), x: clientX, y: clientY, distance: 0, moving: false };
    return undefined;
  }, { passive: true });
  list.addEventListener("touchmove", (event) => {
    if (!pull) return;
    const across = pull.x - event.touches[0].clientX;
    const along = Math.abs(pull.y - event.touches[0].clientY);
    if (!pull.moving) {
      if (along > 10 || across < -10) return end(false);
      if (across < 12) return;
      pull.moving = true;
      pull.row.classList.add("pulled");
    }
    if (event.cancelable) event.preventDefault();
    pull.distance = Math.max(0, Math.min(across, LONGEST_PX));
    pull.row.style.setProperty("--pull", `${-pull.distance}px`);
    pull.row.classList.toggle("far", pull.distance >= TRIGGER_PX);
  }, { passive: false });
  list.addEventListener("touchend", () => end(true));
  list.addEventListener("touchcancel", () => end(false));
}
