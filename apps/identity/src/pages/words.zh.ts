import type { en } from './words.en.js';

export const zh: typeof en = {
  signIn: '登录',
  signInTo: '登录 Waybill',
  demo: '这是演示自带的身份服务。公司会用自己的来代替它。',
  name: '用户名',
  password: '密码',
  passwordsAre: 'npm run demo 会告诉您怎样查看用户名和密码。',
  wrong: '用户名或密码不正确。',
  wait: (seconds: number) => `尝试次数过多。请在 ${seconds} 秒后再试。`,
  busy: '此刻登录的人太多，请再试一次。',
  signOut: '退出登录',
  signOutOf: '要退出登录吗？',
  signOutEnds: '商店和控制台的会话都会结束。',
  stay: '保持登录',
  signedOut: '您已退出登录',
  close: '可以关闭此页面。',
  error: '操作没有成功',
  again: '请回到原来的页面，重新开始。',
  expired: '这次登录用时过长，或者是在另一个浏览器中开始的。',
};
