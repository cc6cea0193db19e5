/** Served as a file: the pages have no style of their own inside them, which their policy would refuse. */
export const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0; display: grid; min-height: 100vh; place-items: center; background: light-dark(#f5f3ee, #17191c); color: light-dark(#1d2125, #eceae4); }
main { box-sizing: border-box; width: min(24rem, 100vw); padding: 2rem; background: light-dark(#fff, #212429); border-radius: 12px; }
h1 { margin: 0 0 1rem; font-size: 1.4rem; }
label { display: block; margin: 1rem 0 .25rem; font-weight: 600; }
input { box-sizing: border-box; width: 100%; padding: .6rem; font: inherit; color: inherit; background: light-dark(#fff, #17191c); border: 1px solid light-dark(#767676, #9a9a9a); border-radius: 6px; }
button { width: 100%; margin-top: 1.5rem; padding: .7rem; font: inherit; font-weight: 600; color: #fff; background: #0b5a4a; border: 1px solid #0b5a4a; border-radius: 6px; cursor: pointer; }
button.quiet { margin-top: .75rem; color: inherit; background: transparent; border-color: light-dark(#767676, #9a9a9a); }
:focus-visible { outline: 3px solid light-dark(#0b5a4a, #6fd3bd); outline-offset: 2px; }
[role=alert] { padding: .6rem; border-left: 4px solid #b3261e; background: light-dark(#fdecea, #3b1f1d); }
`;
